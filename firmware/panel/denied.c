/* SPDX-License-Identifier: MIT */
#include "panel/denied.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

void explain_denied(char *text, size_t size, const char *path,
		    const char *usual)
{
	/* There is one thread. */
	/* cppcheck-suppress getpwuidCalled */
	const struct passwd *user = getpwuid(geteuid());
	const struct group *group = NULL;
	struct stat status;

	if (stat(path, &status) == 0 && status.st_gid != 0 &&
	    (status.st_mode & S_IRGRP))
		/* cppcheck-suppress getgrgidCalled */
		group = getgrgid(status.st_gid);
	if (group)
		snprintf(text, size,
			 "%.100s: no permission: it is open to the group %s: "
			 "sudo usermod -aG %s %s, then restart kioskd",
			 path, group->gr_name, group->gr_name,
			 user ? user->pw_name : "kiosk");
	else
		snprintf(text, size,
			 "%.100s: no permission: it is open to root alone: "
			 "install the udev rules that give it to the group %s, "
			 "and add %s to that",
			 path, usual, user ? user->pw_name : "kiosk");
}
