package org.tramontane.tensor.safetensors;

import org.tramontane.tensor.Shape;

/// A tensor's entry in a file's header.
///
/// @param name such as `model.layers.0.self_attn.q_proj.weight`
/// @param dtype how elements are stored
/// @param shape the extents
/// @param begin first byte, counted from the end of the header
/// @param end byte after the last
public record TensorInfo(String name, SafetensorsDType dtype, Shape shape, long begin, long end) {}
