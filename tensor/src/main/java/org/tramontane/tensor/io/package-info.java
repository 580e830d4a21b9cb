/// Files and folders that appear whole or not at all.
@NullMarked
package org.tramontane.tensor.io;

import org.jspecify.annotations.NullMarked;
