/* UTF-8 by characters, and which of them a configuration file may hold. */
#ifndef CONF_CHARS_H
#define CONF_CHARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one character of at most `left` > 0 bytes.  Returns its length; 0 when it is not valid UTF-8. */
size_t chars_next(const char *s, size_t left, uint32_t *code);

/* False for controls, for the separators that only some readers take for a line end, and for what is no
 * character.  '\n', '\r' and '\t' count as controls here. */
bool chars_printable(uint32_t code);

/* A copy of at most 60 bytes for a sentence, cut between characters, "..." at the end when it was cut. */
enum { CHARS_CLIP_MAX = 64 };
const char *chars_clip(const char *text, char out[CHARS_CLIP_MAX]);

#endif
