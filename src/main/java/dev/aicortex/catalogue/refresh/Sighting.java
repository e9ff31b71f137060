package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Facts;
import dev.aicortex.model.Bytes;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A server that told of a model. */
record Sighting(FetchedServer server, FetchedModel model) {
    String name() {
        return model.name();
    }

    /** A server that lists one name in two spellings counts once: the spelling that sorts first. */
    static List<Sighting> oneOfEachServer(List<Sighting> seen) {
        Map<String, Sighting> servers = new TreeMap<>();
        seen.stream()
                .sorted(
                        Comparator.comparing(Sighting::name)
                                .thenComparing(sighting -> sighting.model().digest()))
                .forEach(sighting -> servers.putIfAbsent(sighting.server().url(), sighting));
        return List.copyOf(servers.values());
    }

    /**
     * What the servers tell together: of the content that most of them hold, in a tie of the one
     * whose digest sorts first.
     *
     * @param described facts by digest, where the catalogue has them
     */
    static Facts facts(List<Sighting> seen, Map<String, Facts> described) {
        Map<String, Integer> holders = new TreeMap<>();
        seen.forEach(sighting -> holders.merge(sighting.model().digest(), 1, Integer::sum));
        String digest =
                holders.entrySet().stream()
                        .max(
                                Map.Entry.<String, Integer>comparingByValue()
                                        .thenComparing(
                                                Map.Entry.comparingByKey(
                                                        Comparator.reverseOrder())))
                        .orElseThrow()
                        .getKey();
        Facts told =
                seen.stream()
                        .filter(sighting -> sighting.model().digest().equals(digest))
                        .sorted(
                                Comparator.comparing((Sighting sighting) ->
                                                sighting.model().modifiedAt())
                                        .reversed()
                                        .thenComparing(sighting -> sighting.server().url()))
                        .map(Sighting::facts)
                        .reduce(Facts.NONE, Facts::over);
        return told.over(described.getOrDefault(digest, Facts.NONE));
    }

    private Facts facts() {
        FetchedModel.Shown shown = model.shown();
        return new Facts(
                Bytes.text(model.sizeBytes()),
                model.sizeBytes(),
                model.parameters(),
                model.quantization(),
                shown == null ? 0 : shown.contextLength(),
                model.digest(),
                shown == null ? List.of() : shown.capabilities(),
                shown == null ? "" : shown.license(),
                model.modifiedAt());
    }
}
