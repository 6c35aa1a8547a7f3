/* The floor: blocking sockets, one thread a request at a time, no event loop, no limits, no deadlines.
   blocking_client PORT PATH REQUESTS CONCURRENCY BODY WARMUP - same work, same report as the other clients. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in address;
static char head[1024], *body;
static size_t head_length, body_length;
static atomic_long left;
static atomic_long done;
static double *latencies;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void request(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct iovec parts[2] = {{head, head_length}, {body, body_length}};
    for (int first = 0; first < 2;) {
        ssize_t sent = writev(fd, parts + first, 2 - first);
        if (sent < 0) fail("writev");
        for (; first < 2 && (size_t)sent >= parts[first].iov_len; first++) sent -= parts[first].iov_len;
        if (first < 2) parts[first].iov_base = (char *)parts[first].iov_base + sent, parts[first].iov_len -= sent;
    }
    char answer[8192];
    ssize_t got, all = 0;
    while ((got = read(fd, answer, sizeof answer)) > 0) all += got;
    if (got < 0 || all == 0) fail("read");
    close(fd);
}

static void *work(void *unused) {
    while (atomic_fetch_sub(&left, 1) > 0) {
        double began = now();
        request();
        latencies[atomic_fetch_add(&done, 1)] = (now() - began) * 1000;
    }
    return unused;
}

static void run(long count, int concurrency) {
    pthread_t threads[64];
    left = count;
    done = 0;
    for (int i = 0; i < concurrency; i++) pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < concurrency; i++) pthread_join(threads[i], NULL);
}

static int ascending(const void *a, const void *b) {
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}
static double seconds(struct timeval t) { return t.tv_sec + t.tv_usec / 1e6; }

int main(int count, char **given) {
    if (count != 7) return fprintf(stderr, "usage: %s PORT PATH REQUESTS CONCURRENCY BODY WARMUP\n", given[0]), 2;
    int port = atoi(given[1]), concurrency = atoi(given[4]);
    long requests = atol(given[3]);
    body_length = atol(given[5]);
    if (concurrency < 1 || concurrency > 64) return 2;
    body = malloc(body_length);
    memset(body, 'x', body_length);
    latencies = calloc(requests + atol(given[6]), sizeof *latencies);
    address.sin_family = AF_INET, address.sin_port = htons(port), address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    head_length = snprintf(head, sizeof head,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nAccept: */*\r\n"
        "User-Agent: bench\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", given[2], port, body_length);
    run(atol(given[6]), concurrency);
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    double began = now();
    run(requests, concurrency);
    double wall = now() - began;
    getrusage(RUSAGE_SELF, &after);
    qsort(latencies, requests, sizeof *latencies, ascending);
    printf("{\"requests\": %ld, \"wall_s\": %f, \"user_s\": %f, \"sys_s\": %f, \"p50_ms\": %f, \"p99_ms\": %f, "
           "\"peak_kb\": %ld, \"idle_kb\": %ld}\n", requests, wall, seconds(after.ru_utime) - seconds(before.ru_utime),
           seconds(after.ru_stime) - seconds(before.ru_stime), latencies[requests / 2],
           latencies[(long)(requests * 0.99)], after.ru_maxrss, before.ru_maxrss);
}
