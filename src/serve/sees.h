/* What a visitor may see.  The one place that knows it: every list, item, series, stream and cursor asks
 * here.
 *
 * What is not seen is answered as if it did not exist; model/scope.h says what is whose. */
#ifndef SERVE_SEES_H
#define SERVE_SEES_H

#include <stdint.h>

#include "model/catalogue.h"
#include "model/scope.h"
#include "ports/doors.h"

/* Borrows the visitor. */
struct scope visitor_scope(const struct visitor *v);
/* Nothing is hidden from them. */
bool visitor_sees_all(const struct visitor *v);
bool visitor_sees_supplier(const struct visitor *v, const struct supplier *s);
bool visitor_sees_system(const struct visitor *v, const struct catalogue *c, const struct system *s);
bool visitor_sees_site(const struct visitor *v, const struct catalogue *c, const struct site *s);
bool visitor_sees_zone(const struct visitor *v, const struct catalogue *c, const struct zone *z);
bool visitor_sees(const struct visitor *v, const struct catalogue *c, const struct point *p);
/* As visitor_sees; a wire when one of its points is. */
bool visitor_sees_wire(const struct visitor *v, const struct catalogue *c, const char *wire);
bool visitor_sees_device(const struct visitor *v, const struct catalogue *c, const char *wire,
                         const char *device);

/* A roster or a contact is of a supplier, or of all (""): whom single sites were named to sees none. */
bool visitor_sees_group(const struct visitor *v, const char *supplier);

/* The point of that id, NULL when there is none for them. */
const struct point *seen_point(const struct visitor *v, const struct catalogue *c, const char *id);

/* Those who see the same have the same number; 0: all. */
uint64_t sight_key(const struct visitor *v);

#endif
