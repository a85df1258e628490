/* The running program: what every handler and job may reach. Made once by cmd, read-only while serving. */
#ifndef RISE_CORE_APP_H
#define RISE_CORE_APP_H

#include "crypto/seal.h"
#include "db/db.h"
#include "sys/config.h"

struct module;
struct http_server;
struct job_runner;

struct app {
    struct config config;
    struct db *db;
    struct http_server *http;           /* NULL outside `rise serve` */
    struct job_runner *jobs;            /* NULL outside `rise serve` */
    struct seal_key seal;
    const struct module *const *modules;
    size_t n_modules;
};
#endif
