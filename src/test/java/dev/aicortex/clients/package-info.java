/** What real client libraries see of the packaged program; see {@code docs/compatibility.md}. */
package dev.aicortex.clients;
