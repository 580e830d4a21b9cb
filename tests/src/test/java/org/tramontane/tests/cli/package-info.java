/// The commands as a user types them, in process: arguments in, standard output, error line and exit code out.
@NullMarked
package org.tramontane.tests.cli;

import org.jspecify.annotations.NullMarked;
