package org.tramontane.transformer.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// A function that the model may call.
///
/// @param parameters a JSON schema
public record Tool(String name, String description, ObjectNode parameters) {}
