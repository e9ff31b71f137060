/** The worked example of docs/catalogue.md: what another jar may bring. */
package dev.aicortex.plugin;
