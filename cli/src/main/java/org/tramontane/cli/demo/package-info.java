/// `tramontane demo`: the whole road, from generated text to an aligned checkpoint, in minutes and without a download.
///
/// Reading order: [DemoStory] and [DemoCorpus] (the text), [DemoRule] (what is preferred), [DemoTokenizer], [DemoCommand] (the run).
@NullMarked
package org.tramontane.cli.demo;

import org.jspecify.annotations.NullMarked;
