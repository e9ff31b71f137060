package dev.aicortex.testing;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The published JSON Schema of a family's file. */
public final class FamilySchema {
    private FamilySchema() {}

    /** What is wrong with a file's text; empty when it validates. */
    public static List<String> mistakes(String json) throws IOException {
        String text = Files.readString(Path.of("docs/catalogue.schema.json"));
        Schema schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(text, InputFormat.JSON);
        return schema.validate(json, InputFormat.JSON).stream().map(Object::toString).toList();
    }
}
