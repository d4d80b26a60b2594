/* How long `capnuocd --check` takes over a plant of 100,000 points, beside libyaml alone reading the same
 * file to its events.  Prints both and their ratio.  A failure is more than CHECK_MS_MAX, which is what a
 * person waits for, unless libyaml is as slow on this machine today.
 *
 *     bench_plant_check CAPNUOCD FOLDER [WIRES]     FOLDER is there for the files; they stay */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <yaml.h>

enum { WIRES = 500, DEVICES = 10, POINTS = 20, ROUNDS = 5, CHECK_MS_MAX = 1000, RATIO_MAX = 4 };

static double seconds(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static FILE *create(const char *folder, const char *name, char *path, size_t size)
{
    FILE *f;

    (void)snprintf(path, size, "%s/%s", folder, name);
    f = fopen(path, "w");
    if (f == NULL)
        die(path);
    return f;
}

static void write_device(FILE *f, unsigned wire, unsigned device)
{
    (void)fprintf(f,
                  "      - id: d%u-%u\n        site: s%u\n        unit: %u\n        every: 5s\n"
                  "        order: cdab\n        forbidden: [ { holding: 9472 } ]\n        points:\n",
                  wire, device, wire, device + 1);
    for (unsigned p = 0; p < POINTS; p++)
        (void)fprintf(
            f,
            "          - { id: w%u.d%u.p%u, name: Lưu lượng tuyến ống %u, parameter: flow, unit: m3/h, "
            "holding: %u, type: f32, decimals: 1, deadband: 0.5, plausible: [0, 500] }\n",
            wire, device, p, p, 2 * p);
}

static void write_plant(const char *folder, unsigned wires, char *path, size_t size)
{
    FILE *f = create(folder, "plant.yaml", path, size);

    (void)fputs("supplier: { id: sup, name: Nhà cung cấp }\nsystem: { id: sys, name: Hệ thống }\nsites:\n",
                f);
    for (unsigned w = 0; w < wires; w++)
        (void)fprintf(f, "  - { id: s%u, name: Trạm %u, kind: dma, location: [22.4, 103.5] }\n", w, w);
    (void)fputs("wires:\n", f);
    for (unsigned w = 0; w < wires; w++) {
        (void)fprintf(f, "  - id: w%u\n    tcp: 10.0.%u.%u:502\n    devices:\n", w, w / 250, w % 250 + 1);
        for (unsigned d = 0; d < DEVICES; d++)
            write_device(f, w, d);
    }
    if (fclose(f) != 0)
        die(path);
}

static void write_daemon_file(const char *folder, char *path, size_t size)
{
    FILE *f = create(folder, "daemon.yaml", path, size);

    (void)fputs("node: { id: bench }\nplants: [ plant.yaml ]\njournal: { folder: journal }\n"
                "database:\n  connect: dbname=none\n  maintenance: { user: m }\n  writer: { user: w }\n"
                "  reader: { user: r }\nhttp: { viewer_token_file: token }\n",
                f);
    if (fclose(f) != 0)
        die(path);
}

static double check_s(const char *program, const char *config)
{
    double begin = seconds();
    pid_t child = fork();
    int status;

    if (child < 0)
        die("fork");
    if (child == 0) {
        (void)execl(program, program, "--config", config, "--check", (char *)NULL);
        _exit(127);
    }
    if (waitpid(child, &status, 0) != child || status != 0) {
        (void)fprintf(stderr, "bench: %s --check failed\n", program);
        exit(EXIT_FAILURE);
    }
    return seconds() - begin;
}

static double libyaml_s(const char *path)
{
    double begin = seconds();
    FILE *f = fopen(path, "r");
    yaml_parser_t parser;
    yaml_event_t event;
    bool end = false;

    if (f == NULL || yaml_parser_initialize(&parser) == 0)
        die(path);
    yaml_parser_set_input_file(&parser, f);
    while (!end) {
        if (yaml_parser_parse(&parser, &event) == 0)
            die("libyaml");
        end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    (void)fclose(f);
    return seconds() - begin;
}

int main(int argc, char **argv)
{
    char plant[4096], config[4096];
    double check = 1e9, alone = 1e9;
    unsigned wires = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : WIRES;

    if (argc < 3) {
        (void)fputs("bench_plant_check CAPNUOCD FOLDER [WIRES]\n", stderr);
        return 2;
    }
    write_plant(argv[2], wires, plant, sizeof plant);
    write_daemon_file(argv[2], config, sizeof config);
    for (int i = 0; i < ROUNDS; i++) { /* the best of some: what others do on this machine is not ours */
        double c = check_s(argv[1], config), a = libyaml_s(plant);
        check = c < check ? c : check;
        alone = a < alone ? a : alone;
    }
    (void)printf("bench plant_check points=%u check_ms=%.0f libyaml_ms=%.0f ratio=%.2f\n",
                 wires * DEVICES * POINTS, 1000 * check, 1000 * alone, check / alone);
    return 1000 * check <= CHECK_MS_MAX || check <= RATIO_MAX * alone ? EXIT_SUCCESS : EXIT_FAILURE;
}
