/* The daemon file: which plants, where the journal, which database, where to listen. */
#ifndef CONFIG_H
#define CONFIG_H

#include "acquire/field.h"
#include "base/log.h"
#include "contacts.h"
#include "incident/incidents.h"
#include "journal/journal.h"
#include "records/prevention.h"
#include "records/spots.h"
#include "reports.h"
#include "serve/serve.h"
#include "store/others.h"
#include "store/store.h"
#include "store/upkeep.h"

enum { CONFIG_PATH_MAX = 4096 };

struct config {
    char node[ID_MAX];
    struct journal_settings journal;
    struct store_settings store;
    struct upkeep_settings keep;
    struct others_settings others;
    struct incident_rules incidents;
    struct prevention_rules prevention;
    struct spot_rules spots;
    double supplied_bar; /* a zone whose pressure is above it has water */
    struct serve_settings serve;
    char viewer_token_file[CONFIG_PATH_MAX];
    char audit_heads[CONFIG_PATH_MAX];         /* "": in the journal's folder */
    char operator_token_file[CONFIG_PATH_MAX]; /* "": nobody may tell anything */
    struct notify_settings notify;
    struct report_words report;
    int log_level; /* enum log_level */
    struct catalogue catalogue;
    struct field field;
};

/* Reads the daemon file and every profile and plant file it names.  All mistakes of all files are in *m;
 * secrets are read only when there was none.  ERR_CONFIG when there were mistakes. */
MUST_USE enum err config_load(const char *path, struct config *c, struct conf_mistakes *m, struct fault *why);
void config_clear(struct config *c);

/* The effective configuration with its defaults; secrets masked. */
void config_print(const struct config *c, struct strbuf *to);
/* The part of it that only a start can change: all but the plants, and who is told of incidents. */
void config_print_daemon(const struct config *c, struct strbuf *to);

/* Memory that the configured queues, buffers and answers may take at most, in bytes (ceiling.c). */
size_t config_memory_ceiling(const struct config *c);

/* docs/configuration: every table as Markdown. */
void config_document(struct strbuf *to);

enum { CONFIG_INBOX_MESSAGES = 4096, CONFIG_JOURNAL_PENDING = 16 << 20 };

#endif
