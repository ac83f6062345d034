// SPDX-License-Identifier: Apache-2.0
// libsqlite3, and its variadic calls under names that Swift can call.
#ifndef CARTLOAD_CSQLITE_H
#define CARTLOAD_CSQLITE_H

#include <sqlite3.h>

/// Turns off the library's memory accounting, which takes a global lock at every allocation. Only before the first use.
static inline int cartload_sqlite_config_memstatus_off(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

/// Binds text that SQLite copies.
static inline int cartload_sqlite_bind_text_copy(
    sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 count) {
  return sqlite3_bind_text64(statement, index, text, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Binds text that stays where it is until the statement is bound again.
static inline int cartload_sqlite_bind_text_static(
    sqlite3_stmt *statement, int index, const void *text, sqlite3_uint64 count) {
  return sqlite3_bind_text64(statement, index, (const char *)text, count, SQLITE_STATIC, SQLITE_UTF8);
}

/// Gives a copy of the text back as a function's result.
static inline void cartload_sqlite_result_text(sqlite3_context *context, const char *text, sqlite3_uint64 count) {
  sqlite3_result_text64(context, text, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

#endif
