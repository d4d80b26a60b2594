/* The province's field without its sockets, in plain words: both it and the daemon's rooms have a `field`. */
#ifndef TEST_YEAR_FIELD_H
#define TEST_YEAR_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void water_begin(uint64_t seed, double local_s);
void water_end(void);
/* So many seconds later, 1 to 10 taken together; what registers show is made anew by water_show. */
void water_seconds(unsigned n);
void water_show(void);
/* A scenario's line; false, with the sentence in out. */
bool water_line(const char *line, char *out, size_t size);
/* False: the unit on that wire does not answer so soon. */
bool water_answers(unsigned wire, uint8_t unit, int64_t within_ms);
/* The Modbus exception, 0: `count` registers are in out. */
unsigned water_read(unsigned wire, uint8_t unit, bool input, uint16_t address, uint16_t count, uint16_t *out);

#endif
