/// Self-contained HTML pages with charts: no script, font or picture from elsewhere.
@NullMarked
package org.tramontane.cli.report;

import org.jspecify.annotations.NullMarked;
