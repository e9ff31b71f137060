package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One tag, different contents: the same request is answered differently from server to server. */
final class Drift {
    private static final int SHOWN_DIGITS = 12;

    private Drift() {}

    static List<String> warnings(List<Model> models) {
        List<String> warnings = new ArrayList<>();
        for (Model model : models) {
            Map<String, List<String>> holders = holders(model);
            if (holders.size() > 1) {
                warnings.add(warning(model, holders));
            }
        }
        return warnings;
    }

    private static Map<String, List<String>> holders(Model model) {
        return model.servers().stream()
                .filter(server -> !server.digest().isEmpty())
                .collect(
                        Collectors.groupingBy(
                                ModelServer::digest,
                                TreeMap::new,
                                Collectors.mapping(ModelServer::url, Collectors.toList())));
    }

    private static String warning(Model model, Map<String, List<String>> holders) {
        return holders.entrySet().stream()
                .map(entry ->
                        shortened(entry.getKey()) + " on " + String.join(", ", entry.getValue()))
                .collect(
                        Collectors.joining(
                                "; ", model.name() + " differs from server to server: ", ""));
    }

    private static String shortened(String digest) {
        return digest.substring(0, Math.min(SHOWN_DIGITS, digest.length()));
    }
}
