// libpq's own declarations, and its functions as a table that is filled when the library is loaded: nothing is linked.
#ifndef C_POSTGRESQL_SHIM_H
#define C_POSTGRESQL_SHIM_H

#include <dlfcn.h>
#include <stddef.h>

#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif

#define LIBPQ_FUNCTIONS(EACH) \
    EACH(PQclear) \
    EACH(PQcmdStatus) \
    EACH(PQcmdTuples) \
    EACH(PQconnectPoll) \
    EACH(PQconnectStartParams) \
    EACH(PQconnectionNeedsPassword) \
    EACH(PQconninfoFree) \
    EACH(PQconninfoParse) \
    EACH(PQconsumeInput) \
    EACH(PQenterPipelineMode) \
    EACH(PQerrorMessage) \
    EACH(PQfinish) \
    EACH(PQflush) \
    EACH(PQfname) \
    EACH(PQfreemem) \
    EACH(PQftype) \
    EACH(PQgetisnull) \
    EACH(PQgetlength) \
    EACH(PQgetResult) \
    EACH(PQgetvalue) \
    EACH(PQisBusy) \
    EACH(PQnfields) \
    EACH(PQntuples) \
    EACH(PQpipelineSync) \
    EACH(PQresultErrorField) \
    EACH(PQresultStatus) \
    EACH(PQsendQueryParams) \
    EACH(PQserverVersion) \
    EACH(PQsetErrorVerbosity) \
    EACH(PQsetnonblocking) \
    EACH(PQsetNoticeReceiver) \
    EACH(PQsocket) \
    EACH(PQstatus)

// A pointer of the exact type of each function, under its name. Nothing changes it once it is filled.
struct __attribute__((swift_attr("@Sendable"))) libpq {
#define LIBPQ_MEMBER(name) __typeof__(&name) name;
    LIBPQ_FUNCTIONS(LIBPQ_MEMBER)
#undef LIBPQ_MEMBER
};

// Opens the library under a name that the system's loader knows, for as long as the process lives, and fills the table.
// NULL when it did. Otherwise the name of the first function that the library lacks; where there is no library, an
// empty text, and what the loader says is in `*trouble`.
static inline const char *libpq_load(struct libpq *functions, const char *file, const char **trouble) {
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        *trouble = dlerror();
        return "";
    }
#define LIBPQ_LOOKUP(name) \
    functions->name = (__typeof__(&name))dlsym(library, #name); \
    if (functions->name == NULL) return #name;
    LIBPQ_FUNCTIONS(LIBPQ_LOOKUP)
#undef LIBPQ_LOOKUP
    return NULL;
}

#endif
