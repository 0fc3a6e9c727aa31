/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/ticket.h"
#include "tests/unit/base/config_file.h"
#include "tests/unit/base/config_rows.h"

#define SERVICE(text)                                                  \
	SMALL_OFFICE "services = ( { name = { vi = \"Đất\"; };\n" text \
		     " } );\n" SMALL_COUNTERS
#define LAND "id = \"land\"; prefix = \"A\"; "
#define SERVICES(text)                                            \
	SMALL_OFFICE "services = (\n"                             \
		     "{ id = \"land\"; name = { vi = \"Đ\"; }; " \
		     "prefix = \"A\"; },\n" text " );\n" SMALL_COUNTERS
#define COUNTER(text)               \
	SMALL_OFFICE SMALL_SERVICES \
	    "counters = ( { name = { vi = \"Q\"; };\n" text " } );\n"
#define COUNTERS(text)                                                     \
	SMALL_OFFICE SMALL_SERVICES                                        \
	    "counters = ( { id = 1; name = { vi = \"Q\"; }; services = [ " \
	    "\"land\" ]; },\n" text " );\n"

/* ---- services and counters ---- */

static const struct row services[] = {
    {"no services",
     SMALL_OFFICE SMALL_COUNTERS,
     1,
     {": services: is missing", "services = ("}},
    {"an empty list of services",
     SMALL_OFFICE "services = ( );\n" SMALL_COUNTERS,
     2,
     {": services: no service"}},
    {"services that are a group",
     SMALL_OFFICE "services = { };\n" SMALL_COUNTERS,
     2,
     {": services: a group { } where a list belongs", "( … )"}},
    {"a service that is a text",
     SMALL_OFFICE "services = ( \"land\" );\n" SMALL_COUNTERS,
     2,
     {": services[0]: \"land\" where a group belongs"}},
    {"no id", SERVICE("prefix = \"A\";"), 2, {": services[0].id: is missing"}},
    {"an id with a blank",
     SERVICE("id = \"la nd\"; prefix = \"A\";"),
     3,
     {": services[0].id: \"la nd\"", "a-z"}},
    {"an id too long",
     SERVICE("id = \"aaaaaaaaaabbbbbbbbbbccccccccccddd\"; prefix = \"A\";"),
     3,
     {": services[0].id: ", "1 to 32"}},
    {"no prefix",
     SERVICE("id = \"land\";"),
     2,
     {": services[0].prefix: is missing", "A-Z"}},
    {"a small prefix",
     SERVICE("id = \"land\"; prefix = \"a\";"),
     3,
     {": services[0].prefix: \"a\"", "1 to 3 of A-Z"}},
    {"a foreign prefix",
     SERVICE("id = \"land\"; prefix = \"Đ\";"),
     3,
     {": services[0].prefix: \"Đ\""}},
    {"a prefix with a digit",
     SERVICE("id = \"land\"; prefix = \"A1\";"),
     3,
     {": services[0].prefix: \"A1\""}},
    {"a prefix too long",
     SERVICE("id = \"land\"; prefix = \"ABCD\";"),
     3,
     {": services[0].prefix: \"ABCD\""}},
    {"a setting misspelt",
     SERVICE(LAND "prefx = \"B\";"),
     3,
     {": services[0].prefx: ", "did you mean \"prefix\"?"}},
    {"an id twice",
     SERVICES("{ id = \"land\"; name = { vi = \"x\"; }; prefix = \"B\"; }"),
     4,
     {": services[1].id: \"land\" is taken", "line 3"}},
    {"a prefix twice",
     SERVICES("{ id = \"b\"; name = { vi = \"x\"; };\nprefix = \"A\"; }"),
     5,
     {": services[1].prefix: \"A\" is taken by \"land\" (line 3)",
      "give each service a prefix of its own"}},
    {"a cap below zero",
     SERVICE(LAND "daily_cap = -1;"),
     3,
     {": services[0].daily_cap: -1 is out of range", "0 to 99999"}},
    {"a cap in quotes",
     SERVICE(LAND "daily_cap = \"5\";"),
     3,
     {": services[0].daily_cap: \"5\" is no whole number", "without quotes"}},
    {"a cap with a fraction",
     SERVICE(LAND "daily_cap = 5.5;"),
     3,
     {": services[0].daily_cap: 5.5 is no whole number"}},
    {"a cap that is true",
     SERVICE(LAND "daily_cap = true;"),
     3,
     {": services[0].daily_cap: true is no whole number"}},
    {"hours that are none",
     SERVICE(LAND "hours = \"morning\";"),
     3,
     {": services[0].hours: \"morning\" is no weekday", "T2 to T7 and CN"}},
    {"hours that say nothing",
     SERVICE(LAND "hours = \"\";"),
     3,
     {": services[0].hours: \"\" says nothing", "leave the setting out"}},
    {"hours of a weekday misspelt",
     SERVICE(LAND "hours = \"Mon-Fri 07:30-11:30; Sta 08:00-11:30\";"),
     3,
     {": services[0].hours: \"Sta\" is no weekday: write Mon"}},
    {"hours that overlap",
     SERVICE(LAND "hours = \"07:30-11:30, 11:00-17:00\";"),
     3,
     {": services[0].hours: \"11:00-17:00\" overlaps"}},
    {"hours that are a number",
     SERVICE(LAND "hours = 8;"),
     3,
     {": services[0].hours: 8 where a text belongs"}},
    {"minutes too many",
     SERVICE(LAND "typical_minutes = 481;"),
     3,
     {": services[0].typical_minutes: 481 is out of range"}},
    {"an outcome with a blank",
     SERVICE(LAND "outcomes = [ \"a b\" ];"),
     3,
     {": services[0].outcomes[0]: \"a b\""}},
    {"an outcome twice",
     SERVICE(LAND "outcomes = [ \"a\", \"a\" ];"),
     3,
     {": services[0].outcomes[1]: \"a\" stands here twice"}},
    {"an outcome that is a number",
     SERVICE(LAND "outcomes = [ 1 ];"),
     3,
     {": services[0].outcomes[0]: 1 where a text belongs"}},
};

static const struct row counters[] = {
    {"no counters",
     SMALL_OFFICE SMALL_SERVICES,
     1,
     {": counters: is missing", "counters = ("}},
    {"an empty list of counters",
     SMALL_OFFICE SMALL_SERVICES "counters = ( );\n",
     3,
     {": counters: no counter"}},
    {"no id",
     COUNTER("services = [ \"land\" ];"),
     3,
     {": counters[0].id: is missing"}},
    {"id 0",
     COUNTER("id = 0; services = [ \"land\" ];"),
     4,
     {": counters[0].id: 0 is out of range", "1 to 99"}},
    {"an id of three digits",
     COUNTER("id = 100; services = [ \"land\" ];"),
     4,
     {": counters[0].id: 100 is out of range"}},
    {"an id in quotes",
     COUNTER("id = \"1\"; services = [ \"land\" ];"),
     4,
     {": counters[0].id: \"1\" is no whole number", "without quotes"}},
    {"an id twice",
     COUNTERS("{ id = 1; name = { vi = \"x\"; }; services = [ \"land\" ]; }"),
     4,
     {": counters[1].id: 1 is taken", "line 3"}},
    {"an unknown service",
     COUNTER("id = 1;\nservices = [ \"lnad\" ];"),
     5,
     {": counters[0].services[0]: \"lnad\" is no service", "\"land\""}},
    {"no services",
     COUNTER("id = 1;"),
     3,
     {": counters[0].services: is missing"}},
    {"an empty list of services",
     COUNTER("id = 1; services = [ ];"),
     4,
     {": counters[0].services: the counter serves nothing"}},
    {"a service twice",
     COUNTER("id = 1; services = [ \"land\", \"land\" ];"),
     4,
     {": counters[0].services[1]: \"land\" stands here twice"}},
    {"the last service of many lines",
     COUNTER("id = 1; services = [\n\"land\",\n\"lnad\"\n\n];"),
     6,
     {": counters[0].services[1]: \"lnad\""}},
    {"a service in the middle of many lines",
     COUNTER("id = 1; services = (\n\"land\",\n\"lnad\"\n,\n\"land\");"),
     6,
     {": counters[0].services[1]: \"lnad\""}},
    {"a service without a list",
     COUNTER("id = 1; services = \"land\";"),
     4,
     {": counters[0].services: \"land\" where a list belongs"}},
    {"a preference that is none",
     COUNTER("id = 1; services = [ \"land\" ]; prefer = \"newest\";"),
     4,
     {": counters[0].prefer: \"newest\"", "oldest, order"}},
    {"no name",
     SMALL_OFFICE SMALL_SERVICES
     "counters = ( { id = 1; services = [ \"land\" ]; } );",
     3,
     {": counters[0].name: is missing"}},
};

static const struct row queue_rows[] = {
    {"a policy that is none",
     MORE("queue = { policy = \"fair\"; };"),
     4,
     {": queue.policy: \"fair\"", "ratio, strict, accumulate"}},
    {"a ratio of 0",
     MORE("queue = { priority_ratio = 0; };"),
     4,
     {": queue.priority_ratio: 0 is out of range", "1 to 100"}},
    {"rates that are one number",
     MORE("queue = { rates = 4; };"),
     4,
     {": queue.rates: 4 where a group belongs", "{ … }"}},
    {"a rate of no class",
     MORE("queue = { rates = {\npriorty = 4; }; };"),
     5,
     {": queue.rates.priorty: ", "did you mean \"priority\"?"}},
    {"a rate of 0",
     MORE("queue = { rates = {\nnormal = 0; }; };"),
     5,
     {": queue.rates.normal: 0 is out of range", "1 to 100"}},
    {"a rate too large",
     MORE("queue = { rates = { appointment = 101; }; };"),
     4,
     {": queue.rates.appointment: 101 is out of range", "1 to 100"}},
    {"restored after too many",
     MORE("queue = { restore_after = 101; };"),
     4,
     {": queue.restore_after: 101 is out of range", "0 to 100"}},
    {"recalled without end",
     MORE("queue = { recall_limit = 21; };"),
     4,
     {": queue.recall_limit: 21 is out of range", "0 to 20"}},
    {"a last call that is none",
     MORE("queue = { last_call = \"yes\"; };"),
     4,
     {": queue.last_call: \"yes\"", "off, warn, stop"}},
    {"a last call without quotes",
     MORE("queue = { last_call = false; };"),
     4,
     {": queue.last_call: false where a text belongs"}},
    {"priority in one language",
     MORE("queue = { priority_for = \"Old\"; };"),
     4,
     {": queue.priority_for: \"Old\" is in one language", "{ vi = "}},
    {"priority without Vietnamese",
     MORE("queue = { priority_for = { en = \"Old\"; }; };"),
     4,
     {": queue.priority_for.vi: is missing"}},
    {"priority for nobody",
     MORE("queue = { priority_for = { vi = \"\"; }; };"),
     4,
     {": queue.priority_for.vi: \"\" says nothing"}},
    {"a setting misspelt",
     MORE("queue = { recal_limit = 2; };"),
     4,
     {": queue.recal_limit: ", "did you mean \"recall_limit\"?"}},
};

static void names_mistakes_of_services(void **state)
{
	(void)state;
	CHECK_ROWS(services);
}

static void names_mistakes_of_counters(void **state)
{
	(void)state;
	CHECK_ROWS(counters);
}

static void names_mistakes_of_the_queue(void **state)
{
	(void)state;
	CHECK_ROWS(queue_rows);
}

static void has_defaults_for_the_queue(void **state)
{
	struct config *config = NULL;
	char *said = load_text(SMALL_CONFIG, strlen(SMALL_CONFIG), 0, &config);
	const struct config_queue *queue = &config->queue;

	(void)state;
	assert_int_equal(queue->rates[TICKET_NORMAL], 1);
	assert_int_equal(queue->rates[TICKET_PRIORITY], 4);
	assert_int_equal(queue->rates[TICKET_APPOINTMENT], 2);
	assert_int_equal(queue->restore_after, 0);
	assert_int_equal(queue->recall_limit, 3);
	assert_int_equal(queue->last_call, CONFIG_LAST_CALL_WARN);
	assert_non_null(strstr(queue->priority_for.vi, "Người cao tuổi"));
	assert_non_null(strstr(queue->priority_for.en, "Elderly people"));
	config_free(config);
	free(said);
}

/* One rate alone leaves the others as they are. */
static void takes_a_rate_alone(void **state)
{
	static const char text[] = MORE(
	    "queue = { policy = \"accumulate\"; rates = { priority = 9; }; };");
	struct config *config = NULL;
	char *notes = load_notes(text, &config);

	(void)state;
	assert_string_equal(notes, "");
	assert_int_equal(config->queue.policy, CONFIG_POLICY_ACCUMULATE);
	assert_int_equal(config->queue.rates[TICKET_NORMAL], 1);
	assert_int_equal(config->queue.rates[TICKET_PRIORITY], 9);
	assert_int_equal(config->queue.rates[TICKET_APPOINTMENT], 2);
	config_free(config);
	free(notes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_mistakes_of_services),
	    cmocka_unit_test(names_mistakes_of_counters),
	    cmocka_unit_test(names_mistakes_of_the_queue),
	    cmocka_unit_test(has_defaults_for_the_queue),
	    cmocka_unit_test(takes_a_rate_alone),
	};

	return cmocka_run_group_tests(tests, config_file_make,
				      config_file_remove);
}
