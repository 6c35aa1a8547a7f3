@testable import Basics
@testable import Connections

/// Self-signed certificates for loopback peers, valid for a hundred years. They protect nothing.
enum TestCertificate {
    /// For localhost, 127.0.0.1 and ::1.
    static let local = Pair(
        certificate: """
        -----BEGIN CERTIFICATE-----
        MIIBxDCCAWqgAwIBAgIUYqx9rqofa3Mb7sxp/zT2GKzYD+0wCgYIKoZIzj0EAwIw
        HzEdMBsGA1UEAwwUc2luZ3VsYXJpcyB0ZXN0IGdvb2QwIBcNMjYxMTIyMTgyMDIx
        WhgPMjEyNjEwMjkxODIwMjFaMB8xHTAbBgNVBAMMFHNpbmd1bGFyaXMgdGVzdCBn
        b29kMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEes37R/Fd+8g/KIIg011h0DCz
        rU9Z6Zt2T5hvmHV5H6gAnOnw/56+9ZS+gkCY9cAwcm2qnEFlsiGeXYtvFueoZaOB
        gTB/MB0GA1UdDgQWBBTUFHNh/JbMYJlE87YONzaPj4YjtDAfBgNVHSMEGDAWgBTU
        FHNh/JbMYJlE87YONzaPj4YjtDAsBgNVHREEJTAjgglsb2NhbGhvc3SHBH8AAAGH
        EAAAAAAAAAAAAAAAAAAAAAEwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNI
        ADBFAiA/yrL91cz45/KsgmRtP2rz0wZHmNnz7Xgs1/dG5M9iZAIhAMAt6OKgdT+o
        bZefVMSsDlzOaXvhgfArra61rm12tv54
        -----END CERTIFICATE-----
        """,
        key: """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgipKGfp4ZXvlXolJC
        I0uCtgH65lb0hYfxjMgxLT3A64mhRANCAAR6zftH8V37yD8ogiDTXWHQMLOtT1np
        m3ZPmG+YdXkfqACc6fD/nr71lL6CQJj1wDBybaqcQWWyIZ5di28W56hl
        -----END PRIVATE KEY-----
        """)

    /// For a name that no test peer has.
    static let foreign = Pair(
        certificate: """
        -----BEGIN CERTIFICATE-----
        MIIBsTCCAVegAwIBAgIUIidKdX1C9LL8MQZYs/eqiSeTsPcwCgYIKoZIzj0EAwIw
        IDEeMBwGA1UEAwwVc2luZ3VsYXJpcyB0ZXN0IG90aGVyMCAXDTI2MTEyMjE4MjAy
        MVoYDzIxMjYxMDI5MTgyMDIxWjAgMR4wHAYDVQQDDBVzaW5ndWxhcmlzIHRlc3Qg
        b3RoZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASEWA9u6txYrAiIpzlVQrmr
        PJ/pZcmn07g1LkRR3fuTUeOSSnZrjnRmx9/UXr2qKJt1eFzDT1PaXUxAP3CATNYv
        o20wazAdBgNVHQ4EFgQUi1s4QKHocP9OZaRbx8BupJkx6a0wHwYDVR0jBBgwFoAU
        i1s4QKHocP9OZaRbx8BupJkx6a0wGAYDVR0RBBEwD4INb3RoZXIuZXhhbXBsZTAP
        BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIHf1RWjOZ5a1JQNuOazE
        cXeYqDrv2j6lSwmuD82GnC1oAiEA9jKuULxzUwrQNqpmsCaUWwP/4voPiNsTnJa0
        TWlq6mE=
        -----END CERTIFICATE-----
        """,
        key: """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4UVU9nk+b8l6atGy
        UKvS09ovveWyezS6Tms13FCa+/ihRANCAASEWA9u6txYrAiIpzlVQrmrPJ/pZcmn
        07g1LkRR3fuTUeOSSnZrjnRmx9/UXr2qKJt1eFzDT1PaXUxAP3CATNYv
        -----END PRIVATE KEY-----
        """)

    /// For the address 10.9.8.7 and no name.
    static let literal = Pair(
        certificate: """
        -----BEGIN CERTIFICATE-----
        MIIBqzCCAVKgAwIBAgIUSPrDePNUpzopSazf0UqzEtVWzacwCgYIKoZIzj0EAwIw
        IjEgMB4GA1UEAwwXc2luZ3VsYXJpcyB0ZXN0IGxpdGVyYWwwIBcNMjYxMTIzMDEz
        OTQ5WhgPMjEyNjEwMzAwMTM5NDlaMCIxIDAeBgNVBAMMF3Npbmd1bGFyaXMgdGVz
        dCBsaXRlcmFsMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEe0UG/gXi5clQ3sZP
        PEqeP6FupKimISLmfKuSzrRdGPIc/nJdy6kPE5A7RLUPt+T6n8/nXk2tNcVMdrkr
        uuk2eqNkMGIwHQYDVR0OBBYEFC4tUsLuUcAFTUUctp1uOp4d9ITlMB8GA1UdIwQY
        MBaAFC4tUsLuUcAFTUUctp1uOp4d9ITlMA8GA1UdEQQIMAaHBAoJCAcwDwYDVR0T
        AQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiB1b3bAnSqpACISukmySVedMlC/
        xRjvWSEn0+qTEBIc3QIgVC2ZGnHr+nc8YtSHgHF85+y0Tk3x9lWE46VMG6H+BYE=
        -----END CERTIFICATE-----
        """,
        key: """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrXcxujZ2x0rTTd4+
        4mezgGuAN4dA1yUAanFSaDIUPSGhRANCAAR7RQb+BeLlyVDexk88Sp4/oW6kqKYh
        IuZ8q5LOtF0Y8hz+cl3LqQ8TkDtEtQ+35Pqfz+deTa01xUx2uSu66TZ6
        -----END PRIVATE KEY-----
        """)

    /// With the same address where the name of its owner goes, and for nobody by the rules.
    static let nameless = Pair(
        certificate: """
        -----BEGIN CERTIFICATE-----
        MIIBfDCCASOgAwIBAgIUc153YMh3ATJ7KKWqfJkxvPWA8KowCgYIKoZIzj0EAwIw
        EzERMA8GA1UEAwwIMTAuOS44LjcwIBcNMjYxMTIzMDEzOTQ5WhgPMjEyNjEwMzAw
        MTM5NDlaMBMxETAPBgNVBAMMCDEwLjkuOC43MFkwEwYHKoZIzj0CAQYIKoZIzj0D
        AQcDQgAEC1jFcRzbKWKjk1FJJp5D41Za0st7ebF30T5sEezheUcoOJXXuBmKfG93
        ihA0D38fuZWyW2NFirbke6ckO1b+56NTMFEwHQYDVR0OBBYEFCoya/2k9kId/s3S
        SmpcBPIuKl6xMB8GA1UdIwQYMBaAFCoya/2k9kId/s3SSmpcBPIuKl6xMA8GA1Ud
        EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgEtofWrm+W1o6wMTAehS8fy3+
        fxuOVY4Kr8CL/GJEP48CIBuAM3z5eyAUOBWWJZEkO0s2UldL8jr+OfQjq1SFJBly
        -----END CERTIFICATE-----
        """,
        key: """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEAgMu0CyUEcZgI5b
        fP3edR0FM/8Fa/WaBnOkHXoDjmOhRANCAAQLWMVxHNspYqOTUUkmnkPjVlrSy3t5
        sXfRPmwR7OF5Ryg4lde4GYp8b3eKEDQPfx+5lbJbY0WKtuR7pyQ7Vv7n
        -----END PRIVATE KEY-----
        """)

    struct Pair: Sendable {
        let certificate: String
        let key: String
    }
}
