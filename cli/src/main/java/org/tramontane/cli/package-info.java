/// The `tramontane` command.
@NullMarked
package org.tramontane.cli;

import org.jspecify.annotations.NullMarked;
