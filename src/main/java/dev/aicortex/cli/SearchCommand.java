package dev.aicortex.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aicortex search}. */
@Command(
        name = "search",
        description = "Finds models of the catalogue, also those that no server holds.")
final class SearchCommand implements Callable<Integer> {
    @Mixin private final ClientOptions options = new ClientOptions();

    @Parameters(
            arity = "1..*",
            paramLabel = "WORD",
            description =
                    "Found in the name, the family, the description or a tag; all have to be.")
    private List<String> words = List.of();

    @Mixin private final ModelFilter filter = new ModelFilter();
    @Mixin private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        String text = String.join(" ", words).strip();
        if (text.isEmpty()) {
            throw options.wrongUsage("WORD is empty; name what to find, for example 'coding'");
        }
        new CatalogueModels(filter.find(options.client(), text)).print(options, output);
        return 0;
    }
}
