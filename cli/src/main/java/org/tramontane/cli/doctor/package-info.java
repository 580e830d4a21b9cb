/// What `tramontane doctor` looks at.
@NullMarked
package org.tramontane.cli.doctor;

import org.jspecify.annotations.NullMarked;
