package dev.aicortex.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the files of a volume say together. */
class VolumeTest {
    @TempDir Path dir;

    private Volume volume;

    @BeforeEach
    void name() {
        volume = new Volume(dir);
    }

    private String publish(Family... families) throws IOException {
        return publish(new Disk(), volume.read(), families).orElseThrow();
    }

    private Optional<String> publish(Disk disk, Volume.Content old, Family... families)
            throws IOException {
        return new Generations(volume, disk).publish(List.of(families), old);
    }

    private static Family llama(String words) {
        return Editions.family("llama", words);
    }

    private static void write(Path file, Family family) throws IOException {
        Files.write(file, FamilyFile.write(family));
    }

    @Nested
    class HandPlacedFiles {
        @Test
        void countInsteadOfTheGenerations() throws Exception {
            publish(llama("ours"), Editions.family("qwen", "ours"));
            Files.delete(dir.resolve("llama.json"));
            write(dir.resolve("llama.json"), llama("mine"));
            assertThat(volume.read().families())
                    .containsExactly(llama("mine"), Editions.family("qwen", "ours"));
            assertThat(volume.read().placed()).containsExactly(dir.resolve("llama.json"));
        }

        @Test
        void areTakenOverByTheNextGenerationAndKeptWithIt() throws Exception {
            write(dir.resolve("llama.json"), llama("mine"));
            String number = publish(llama("mine"));
            assertThat(volume.read().placed()).isEmpty();
            assertThat(dir.resolve("llama.json")).isSymbolicLink();
            assertThat(dir.resolve("generations/" + number + "/by-hand/llama.json")).exists();
        }

        @Test
        void goOnToCountWhenTheyAreEditedAtTheVeryMoment() throws Exception {
            Path file = dir.resolve("llama.json");
            write(file, llama("mine"));
            Disk disk =
                    new SteppedDisk(change -> {
                        if (change.startsWith("link") && change.endsWith("current")) {
                            write(file, llama("mine, and better"));
                        }
                    });
            publish(disk, volume.read(), llama("mine"));
            assertThat(volume.read().families()).containsExactly(llama("mine, and better"));
        }

        @Test
        void mayBeLinksAsAMountedConfigMapHasThem() throws Exception {
            mount("1", llama("first"));
            Files.createSymbolicLink(dir.resolve("llama.json"), Path.of("..data", "llama.json"));
            String version = volume.version();
            assertThat(volume.read().families()).containsExactly(llama("first"));

            mount("2", llama("second"));
            assertThat(volume.read().families()).containsExactly(llama("second"));
            assertThat(volume.version()).isNotEqualTo(version);
        }

        /** A new folder, to which one link is switched, as the kubelet does it. */
        private void mount(String edition, Family family) throws IOException {
            Path folder = Files.createDirectory(dir.resolve("..edition" + edition));
            write(folder.resolve(family.file()), family);
            Path link = Files.createSymbolicLink(dir.resolve("..data_tmp"), folder.getFileName());
            Files.move(link, dir.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Nested
    class MalformedFiles {
        @Test
        void areSkippedWithTheirLineAndWhatIsWrong() throws Exception {
            publish(llama("ours"));
            Files.writeString(dir.resolve("mine.json"), "{\n  \"family\": \"mine\",\n  oops\n}");
            Files.writeString(dir.resolve("yours.json"), "{\"family\":\"mine\",\"models\":[]}");
            Volume.Content content = volume.read();
            assertThat(content.families()).containsExactly(llama("ours"));
            assertThat(content.malformed())
                    .satisfiesExactly(
                            mine -> assertThat(mine).startsWith("mine.json, line 3: not JSON"),
                            yours ->
                                    assertThat(yours)
                                            .contains("yours.json", "has to be mine.json"));
        }

        @Test
        void leaveWhatTheGenerationThatCountsSays() throws Exception {
            String first = publish(llama("first"));
            publish(llama("second"));
            new Generations(volume, new Disk()).rollback(first);
            Files.delete(dir.resolve("llama.json"));
            Files.writeString(dir.resolve("llama.json"), "{");
            assertThat(volume.read().families()).containsExactly(llama("first"));
        }

        @Test
        void areNotOverwrittenByAnotherThatIsOlder() throws Exception {
            publish(llama("ours"));
            Files.writeString(volume.current().resolve("llama.json"), "{ \"older\":");
            Files.delete(dir.resolve("llama.json"));
            Files.writeString(dir.resolve("llama.json"), "{ \"newer\":");
            publish(llama("next"));
            assertThat(dir.resolve("llama.json")).hasContent("{ \"newer\":");
            assertThat(volume.read().families()).containsExactly(llama("next"));
        }
    }

    @Nested
    class TheVersion {
        private String version;

        @BeforeEach
        void publishOne() throws Exception {
            publish(llama("ours"));
            version = volume.version();
        }

        @Test
        void staysWhileNothingChanges() throws Exception {
            assertThat(new Volume(dir).version()).isEqualTo(version);
            assertThat(volume.read().version()).isEqualTo(version);
        }

        @Test
        void changesWithAnEditInPlace() throws Exception {
            Path file = dir.resolve("llama.json");
            write(file, llama("edited through the link"));
            assertThat(volume.version()).isNotEqualTo(version);
        }

        @Test
        void changesWithAnEditOfTheSameLength() throws Exception {
            Path file = volume.current().resolve("llama.json");
            FileTime written = Files.getLastModifiedTime(file);
            write(file, llama("mine"));
            Files.setLastModifiedTime(file, FileTime.fromMillis(written.toMillis() + 1));
            assertThat(volume.version()).isNotEqualTo(version);
        }

        @Test
        void guardsAnEditAgainstAGenerationThatDoesNotKnowIt() throws Exception {
            Volume.Content old = volume.read();
            write(dir.resolve("llama.json"), llama("edited while the servers were asked"));
            assertThat(publish(new Disk(), old, llama("asked"))).isEmpty();
            assertThat(volume.read().families())
                    .containsExactly(llama("edited while the servers were asked"));
            assertThat(volume.numbers()).hasSize(1);
        }
    }

    @Test
    void aGenerationThatIsNotKeptCannotCount() throws Exception {
        publish(llama("ours"));
        assertThatThrownBy(() -> new Generations(volume, new Disk()).rollback("00000007"))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(volume.read().families()).containsExactly(llama("ours"));
    }

    @Test
    void aFolderThatIsNotThereHoldsNothing() throws Exception {
        assertThat(new Volume(dir.resolve("absent")).read().families()).isEmpty();
    }
}
