#include "person.h"

#include "base/html.h"

/* "": a role that is no post. */
static const char *post_vi(const struct account *a)
{
    static const char *const POSTS[ROLE_COUNT] = { [ROLE_OPERATOR] = "trực vận hành",
                                                   [ROLE_LABORATORY] = "xét nghiệm",
                                                   [ROLE_TECHNICIAN] = "kỹ thuật viên",
                                                   [ROLE_AUTHORITY] = "cơ quan quản lý",
                                                   [ROLE_ADMINISTRATOR] = "quản trị hệ thống" };

    if (a->leads)
        return "trưởng ca";
    return a->role < ROLE_COUNT && POSTS[a->role] != NULL ? POSTS[a->role] : "";
}

void person_html(struct strbuf *b, const struct doors_port *doors, const char *who)
{
    struct account a;

    if (doors->person == NULL || !doors->person(doors->self, who, &a) || a.full_name[0] == '\0') {
        html_text(b, who);
        return;
    }
    html_text(b, a.full_name);
    strbuf_puts(b, post_vi(&a)[0] != '\0' ? ", " : "");
    strbuf_puts(b, post_vi(&a));
}
