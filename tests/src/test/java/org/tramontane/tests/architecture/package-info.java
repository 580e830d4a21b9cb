/// Who may import whom, and what nobody may use.
@NullMarked
package org.tramontane.tests.architecture;

import org.jspecify.annotations.NullMarked;
