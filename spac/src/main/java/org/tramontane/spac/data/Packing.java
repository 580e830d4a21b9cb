package org.tramontane.spac.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tramontane.transformer.Completion;

/// Packs short completions into slots of about equal length, so that optimiser steps read about equal numbers of
/// tokens.
///
/// Best fit decreasing, TRL's `packing_strategy="bfd"` (Ding et al. 2024, arXiv 2404.10830): from the longest
/// completion to the shortest, each goes into the slot with the least room that still has enough, or into a new one.
///
/// A slot is a list, not a long sequence: its completions stay sequences of their own, each with positions from 0, and
/// no token sees another completion. There is nothing to mask.
public final class Packing {
  private Packing() {}

  /// Packs completions; of two with equal lengths the first goes first.
  ///
  /// @param maxLength tokens of a slot at most
  /// @throws IllegalArgumentException if a completion is longer
  public static List<List<Completion>> bestFitDecreasing(
      List<Completion> completions, int maxLength) {
    List<Completion> longestFirst =
        completions.stream().sorted(Comparator.comparingInt(c -> -c.length())).toList();
    List<List<Completion>> slots = new ArrayList<>();
    // Slots by the room that they have left; among equals the oldest first.
    TreeMap<Integer, Deque<List<Completion>>> byRoom = new TreeMap<>();
    for (Completion completion : longestFirst) {
      int length = completion.length();
      if (length > maxLength) {
        throw new IllegalArgumentException(
            "a completion of " + length + " tokens; allowed: max_length = " + maxLength);
      }
      Map.Entry<Integer, Deque<List<Completion>>> best = byRoom.ceilingEntry(length);
      int room = best == null ? maxLength : best.getKey();
      List<Completion> slot;
      if (best == null) {
        slot = new ArrayList<>();
        slots.add(slot);
      } else {
        slot = best.getValue().removeFirst();
        if (best.getValue().isEmpty()) {
          byRoom.remove(room);
        }
      }
      slot.add(completion);
      byRoom.computeIfAbsent(room - length, key -> new ArrayDeque<>()).addLast(slot);
    }
    return slots;
  }
}
