/**
 * What models exist, where they are and what they can do: one file a family on a volume, over those
 * that ship in the jar; in memory one immutable snapshot. The volume's files are only read here and
 * switched as a whole by {@link dev.aicortex.catalogue.Generations}.
 */
@NullMarked
package dev.aicortex.catalogue;

import org.jspecify.annotations.NullMarked;
