/* What a person or a program may be here. */
#ifndef MODEL_ROLE_H
#define MODEL_ROLE_H

/* The numbers are stored: add at the end, never renumber. */
enum role {
    ROLE_NOBODY,
    ROLE_VIEWER,
    ROLE_OPERATOR,
    ROLE_AGENCY,     /* programs of the authority, by token only */
    ROLE_LABORATORY, /* enters results of samples */
    ROLE_TECHNICIAN, /* works on the incidents assigned to them */
    ROLE_AUTHORITY,  /* approves remedies; sees every supplier */
    ROLE_ADMINISTRATOR,
    ROLE_COUNT
};

/* Sets of roles: what may be done is told by such a set, roles have no order. */
typedef unsigned role_set;
#define ROLE_BIT(r) (1U << (unsigned)(r))
#define ROLES_OPEN  ROLE_BIT(ROLE_NOBODY) /* without a credential, too */
#define ROLES_ALL                                                                                            \
    (ROLE_BIT(ROLE_VIEWER) | ROLE_BIT(ROLE_OPERATOR) | ROLE_BIT(ROLE_AGENCY) | ROLE_BIT(ROLE_LABORATORY) |   \
     ROLE_BIT(ROLE_TECHNICIAN) | ROLE_BIT(ROLE_AUTHORITY) | ROLE_BIT(ROLE_ADMINISTRATOR))
#define ROLES_OPERATE (ROLE_BIT(ROLE_OPERATOR) | ROLE_BIT(ROLE_ADMINISTRATOR))
/* What agencies pull, and who answers for it. */
#define ROLES_PORTAL     (ROLE_BIT(ROLE_AGENCY) | ROLE_BIT(ROLE_AUTHORITY) | ROLE_BIT(ROLE_ADMINISTRATOR))
#define ROLES_ADMINISTER ROLE_BIT(ROLE_ADMINISTRATOR)

/* The words of the API: "viewer", "operator", ...; "nobody" outside the enum. */
const char *role_name(enum role r);
/* ROLE_NOBODY when the word is none of them. */
enum role role_parse(const char *word);

#endif
