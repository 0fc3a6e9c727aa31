/* SPDX-License-Identifier: MIT */
/* What a technician reads when a line is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "panel/gpio.h"

static void a_line_in_use_names_its_user_and_the_mend(void **state)
{
	char text[300];

	(void)state;
	gpio_explain(text, sizeof(text), "pinctrl-rp1", 7, true, EBUSY,
		     "spi0 CS1");
	assert_non_null(strstr(text, "pinctrl-rp1 line 7: in use by "
				     "\"spi0 CS1\""));
	assert_non_null(strstr(text, "another line"));
	assert_non_null(strstr(text, "taken within a minute"));
	assert_null(strstr(text, "restart"));
	gpio_explain(text, sizeof(text), "pinctrl-rp1", 7, true, EBUSY, NULL);
	assert_non_null(strstr(text, "by the kernel or by another program"));
}

static void a_line_that_cannot_be_an_input_is_said_to_be_none(void **state)
{
	char text[300];

	(void)state;
	gpio_explain(text, sizeof(text), "74hc595", 3, true, EIO, NULL);
	assert_non_null(strstr(text, "74hc595 line 3: this line cannot be an "
				     "input"));
	gpio_explain(text, sizeof(text), "keys", 3, false, EIO, NULL);
	assert_non_null(strstr(text, "cannot be an output"));
}

static void a_bias_may_be_done_without_where_nobody_knows_it(void **state)
{
	static const struct {
		int error;
		bool refused;
	} rows[] = {{-EINVAL, true},  {-524, true},    {-EOPNOTSUPP, true},
		    {-ENOSYS, true},  {-EBUSY, false}, {-ENODEV, false},
		    {-EACCES, false}, {0, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(gpio_bias_refused(rows[i].error),
				 rows[i].refused);
}

static void a_bias_that_is_refused_says_which_resistor_to_wire(void **state)
{
	char text[300];

	(void)state;
	gpio_explain_bias(text, sizeof(text), "pcf8574", 2,
			  CONFIG_BIAS_PULL_UP);
	assert_non_null(strstr(text, "pcf8574 line 2: "));
	assert_non_null(strstr(text, "\"pull-up\""));
	assert_non_null(strstr(text, "10 kΩ from the line to 3.3 V"));
	gpio_explain_bias(text, sizeof(text), "pcf8574", 2,
			  CONFIG_BIAS_PULL_DOWN);
	assert_non_null(strstr(text, "to GND"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_line_in_use_names_its_user_and_the_mend),
	    cmocka_unit_test(a_line_that_cannot_be_an_input_is_said_to_be_none),
	    cmocka_unit_test(a_bias_may_be_done_without_where_nobody_knows_it),
	    cmocka_unit_test(
		a_bias_that_is_refused_says_which_resistor_to_wire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
