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

    struct Pair: Sendable {
        let certificate: String
        let key: String
    }
}
