// A receiver that costs as little as one can: it answers every POST 204, and reads no more of it than its length.
// Prints its port, and then, each time that so many POSTs as its argument says have come, two numbers: the seconds from
// the first to the last of them, and the CPU seconds that they took here.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SPACE = 1 << 17, CONNECTIONS = 4096 };
static const char ANSWER[] = "HTTP/1.1 204 No Content\r\n\r\n";

struct connection {
    int descriptor;
    size_t filled;
    char bytes[SPACE + 1];
};

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void count_post(long wanted) {
    static long posts;
    static double start, cpu;
    if (posts++ == 0) {
        start = seconds(CLOCK_MONOTONIC);
        cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    }
    if (posts < wanted) return;
    printf("%.4f %.4f\n", seconds(CLOCK_MONOTONIC) - start, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    fflush(stdout);
    posts = 0;
}

// The length of the first whole request, or 0 where it is not there yet.
static size_t whole_request(struct connection *connection) {
    connection->bytes[connection->filled] = 0;
    char *end = strstr(connection->bytes, "\r\n\r\n");
    if (!end) return 0;
    char *length = strcasestr(connection->bytes, "\r\ncontent-length:");
    size_t head = (size_t)(end - connection->bytes) + 4;
    size_t body = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
    if (head + body > SPACE) {
        fprintf(stderr, "a request is larger than %d bytes\n", SPACE);
        exit(1);
    }
    return head + body <= connection->filled ? head + body : 0;
}

static void serve(struct connection *connection, long wanted) {
    ssize_t count = read(connection->descriptor, connection->bytes + connection->filled, SPACE - connection->filled);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        close(connection->descriptor);
        free(connection);
        return;
    }
    connection->filled += (size_t)count;
    size_t length;
    while ((length = whole_request(connection))) {
        if (write(connection->descriptor, ANSWER, sizeof ANSWER - 1) < 0 && errno != EPIPE && errno != ECONNRESET)
            fail("write");
        connection->filled -= length;
        memmove(connection->bytes, connection->bytes + length, connection->filled);
        count_post(wanted);
    }
}

static void take_in(int listener, int queue) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (descriptor < 0) return;
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *connection = calloc(1, sizeof *connection);
    if (!connection) fail("calloc");
    connection->descriptor = descriptor;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(queue, EPOLL_CTL_ADD, descriptor, &event) < 0) fail("epoll_ctl");
}

int main(int count, char **arguments) {
    long wanted = count > 1 ? atol(arguments[1]) : 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, CONNECTIONS) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) < 0)
        fail("listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    int queue = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (queue < 0 || epoll_ctl(queue, EPOLL_CTL_ADD, listener, &event) < 0) fail("epoll");
    for (;;) {
        struct epoll_event events[256];
        int ready = epoll_wait(queue, events, 256, -1);
        for (int index = 0; index < ready; index++) {
            if (events[index].data.ptr) serve(events[index].data.ptr, wanted);
            else take_in(listener, queue);
        }
    }
}
