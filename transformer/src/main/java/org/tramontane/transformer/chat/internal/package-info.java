/// Jinja for chat templates: how a template is read, what its expressions mean, what it may do.
///
/// jinjava keeps the tree of tags and the scopes of names. Its own expression language is not used: it reaches Java
/// methods by reflection, and compares, binds and prints values otherwise than Python does. Expressions here mean what
/// Jinja2 makes of them and can touch nothing but the values that a template was given; see
/// `docs/adr/0008-jinja-for-chat-templates.md`.
///
/// Reading order: [org.tramontane.transformer.chat.internal.JinjaTemplate],
/// [org.tramontane.transformer.chat.internal.TemplateLexer],
/// [org.tramontane.transformer.chat.internal.ExpressionParser], [org.tramontane.transformer.chat.internal.Python].
@NullMarked
package org.tramontane.transformer.chat.internal;

import org.jspecify.annotations.NullMarked;
