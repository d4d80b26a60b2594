/* A face with doubles behind it, to try by hand and to measure:  test_serve_by_hand PORT POINTS [HZ]
 * Changes a tenth of the points HZ times a second until its input ends. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "world.h"

int main(int argc, char **argv)
{
    struct world w;
    size_t points = argc > 2 ? strtoul(argv[2], NULL, 10) : 40;
    int hz = argc > 3 ? atoi(argv[3]) : 1;
    struct pollfd in = { .fd = 0, .events = POLLIN };

    world_init(&w, points);
    (void)snprintf(w.settings.listen, sizeof w.settings.listen, "127.0.0.1:%s", argc > 1 ? argv[1] : "9500");
    w.settings.connections_max = 4000;
    world_start(&w);
    (void)printf("http://127.0.0.1:%u  token %s\n", w.port, TOKEN);
    (void)fflush(stdout);
    for (unsigned turn = 0; poll(&in, 1, hz > 0 ? 1000 / hz : -1) == 0; turn++) {
        for (size_t i = turn % 10; i < points; i += 10)
            world_set(&w, (uint32_t)i, (double)(turn * 7 % 1000) / 10);
        world_publish(&w);
    }
    world_clear(&w);
    return 0;
}
