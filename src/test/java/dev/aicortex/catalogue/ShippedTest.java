package dev.aicortex.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.model.ModelName;
import dev.aicortex.testing.FamilySchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The families that ship in the jar. */
class ShippedTest {
    private static final Path FOLDER = Path.of("src/main/resources/catalogue");

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(FOLDER)) {
            return all.filter(path -> path.toString().endsWith(".json")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileValidates(Path file) throws IOException {
        assertThat(FamilySchema.mistakes(Files.readString(file))).isEmpty();
    }

    @Test
    void theSchemaRefusesWhatIsWrong() throws IOException {
        String wrong =
                "{\"family\":\"Llama\",\"models\":[{\"name\":\"a\",\"context_length\":\"8k\"}]}";
        assertThat(FamilySchema.mistakes(wrong)).hasSize(2);
    }

    @Test
    void theListNamesEveryFile() throws IOException {
        List<String> names =
                files().stream()
                        .map(path -> path.getFileName().toString().replace(".json", ""))
                        .toList();
        assertThat(Shipped.families()).extracting(Family::name).containsExactlyElementsOf(names);
    }

    @Test
    void theOnlyServerIsLocalhost() {
        Set<String> servers = new HashSet<>();
        for (Family family : Shipped.families()) {
            family.models().forEach(m -> m.servers().forEach(s -> servers.add(s.url())));
        }
        assertThat(servers).containsExactly("http://localhost:11434");
    }

    @Test
    void everyModelIsDescribed() {
        for (Family family : Shipped.families()) {
            for (Model model : family.models()) {
                assertThat(model.description()).as(model.name()).isNotBlank();
                assertThat(model.tags()).as(model.name()).isNotEmpty();
                assertThat(model.facts().described()).as(model.name()).isTrue();
                assertThat(model.facts().digest()).as(model.name()).isEmpty();
            }
        }
    }

    /** From the models' own cards, not from the files. */
    @ParameterizedTest
    @CsvSource({
        "llama3.2:3b, 131072",
        "llama3:8b, 8192",
        "llama3.3:70b, 131072",
        "tinyllama:1.1b, 2048",
        "gemma3:270m, 32768",
        "gemma3:4b, 131072",
        "gemma2:9b, 8192",
        "phi4:14b, 16384",
        "mistral:7b, 32768",
        "mixtral:8x7b, 32768",
        "qwen2.5:7b, 32768",
        "qwen3:8b, 40960",
        "deepseek-r1:8b, 131072",
        "nomic-embed-text, 2048",
        "mxbai-embed-large:335m, 512",
        "gpt-oss:20b, 131072",
        "command-r:35b, 131072",
        "starcoder2:3b, 16384"
    })
    void contextLengthsAreTheModels(String name, int tokens) {
        Catalogue catalogue = Catalogue.of("", Shipped.families(), List.of());
        assertThat(catalogue.model(ModelName.of(name)).orElseThrow().facts().contextLength())
                .isEqualTo(tokens);
    }
}
