package org.tramontane.transformer.chat.internal;

import java.util.List;

/// What filters such as `map` and `select` give: Python's generators, which are true even when empty and have no
/// length.
record Generated(List<Object> items) {}
