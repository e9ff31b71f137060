/**
 * Keeps the catalogue true: check → fetch → resolve → apply. Each step takes records and gives
 * records, which are also lines of JSON, so the steps compose in a shell as they do here.
 */
@NullMarked
package dev.aicortex.catalogue.refresh;

import org.jspecify.annotations.NullMarked;
