package dev.aicortex.http.admin;

import dev.aicortex.fleet.Content;
import dev.aicortex.fleet.Drift;
import dev.aicortex.fleet.FleetSnapshot;
import java.util.List;

/**
 * A model whose tag has different contents on different servers.
 *
 * @param served the digest of the content that requests go to
 * @param contents that one first
 */
public record DriftEntry(String model, String served, List<ContentEntry> contents) {
    /** One content, and the servers that say they have it. */
    public record ContentEntry(String digest, List<String> servers) {
        static ContentEntry of(Content content) {
            return new ContentEntry(
                    content.digest(),
                    content.holders().stream().map(state -> state.server().toString()).toList());
        }
    }

    static List<DriftEntry> in(FleetSnapshot fleet) {
        return fleet.drifts().values().stream().map(DriftEntry::of).toList();
    }

    private static DriftEntry of(Drift drift) {
        return new DriftEntry(
                drift.model().canonical(),
                drift.served().digest(),
                drift.contents().stream().map(ContentEntry::of).toList());
    }
}
