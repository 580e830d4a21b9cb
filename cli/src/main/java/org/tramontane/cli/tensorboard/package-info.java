/// TensorBoard's event files, written without TensorFlow or a protobuf library.
@NullMarked
package org.tramontane.cli.tensorboard;

import org.jspecify.annotations.NullMarked;
