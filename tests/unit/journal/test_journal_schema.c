/* SPDX-License-Identifier: MIT */
#include "scratch.h"

#include "journal/journal_schema.h"

static const char *const three[] = {"CREATE TABLE a (x)", "CREATE TABLE b (x)",
				    "CREATE TABLE c (x)"};
static const char *const second_fails[] = {"CREATE TABLE a (x)",
					   "CREATE TABLE a (y)"};

static sqlite3 *memory(void)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	return db;
}

static int64_t number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;
	int64_t n;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	n = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return n;
}

static void new_file_takes_all_steps(void **state)
{
	sqlite3 *db = memory();
	int64_t version;

	(void)state;
	assert_int_equal(schema_migrate(db, three, 3), SQLITE_OK);
	assert_int_equal(schema_version(db, &version), SQLITE_OK);
	assert_int_equal(version, 3);
	assert_int_equal(number(db, "SELECT count(*) FROM sqlite_schema"), 3);
	sqlite3_close(db);
}

static void older_file_takes_only_what_it_lacks(void **state)
{
	sqlite3 *db = memory();

	(void)state;
	assert_int_equal(schema_migrate(db, three, 1), SQLITE_OK);
	assert_int_equal(schema_migrate(db, three, 3), SQLITE_OK);
	assert_int_equal(number(db, "SELECT count(*) FROM sqlite_schema"), 3);
	assert_int_equal(schema_migrate(db, three, 3), SQLITE_OK);
	sqlite3_close(db);
}

static void failed_step_undoes_the_others(void **state)
{
	sqlite3 *db = memory();

	(void)state;
	assert_int_not_equal(schema_migrate(db, second_fails, 2), SQLITE_OK);
	assert_int_equal(number(db, "SELECT count(*) FROM sqlite_schema"), 0);
	assert_int_equal(number(db, "PRAGMA user_version"), 0);
	assert_true(sqlite3_get_autocommit(db));
	sqlite3_close(db);
}

static void journal_has_the_contracts_columns(void **state)
{
	static const char want[] =
	    "seq INTEGER,at_ms INTEGER,day TEXT,kind TEXT,service TEXT,"
	    "number INTEGER,class TEXT,counter INTEGER,actor TEXT,"
	    "detail TEXT,key TEXT,chain BLOB";
	sqlite3 *db = memory();
	sqlite3_stmt *statement;

	(void)state;
	assert_int_equal(schema_migrate(db, schema_steps, SCHEMA_VERSION),
			 SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
					    "SELECT group_concat(name || ' ' "
					    "|| type) FROM "
					    "pragma_table_info('events')",
					    -1, &statement, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0),
			    want);
	sqlite3_finalize(statement);
	sqlite3_close(db);
}

static void header_tells_a_journal(void **state)
{
	struct scratch *scratch = *state;
	uint32_t id = 0, version = 0;

	scratch_fill(scratch, 1);
	assert_true(scratch_load(scratch->file, scratch->text, 100) == 100);
	assert_int_equal(schema_from_header((const uint8_t *)scratch->text, &id,
					    &version),
			 0);
	assert_int_equal(id, SCHEMA_APPLICATION_ID);
	assert_int_equal(version, SCHEMA_VERSION);
	scratch->text[3] = 'x';
	assert_int_equal(schema_from_header((const uint8_t *)scratch->text, &id,
					    &version),
			 -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(new_file_takes_all_steps),
	    cmocka_unit_test(older_file_takes_only_what_it_lacks),
	    cmocka_unit_test(failed_step_undoes_the_others),
	    cmocka_unit_test(journal_has_the_contracts_columns),
	    SCRATCH_TEST(header_tells_a_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
