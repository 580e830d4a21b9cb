package org.tramontane.tests.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tramontane.tensor.Tensor;
import org.tramontane.tensor.UserError;
import org.tramontane.tensor.safetensors.SafetensorsCheckpoint;
import org.tramontane.tensor.safetensors.SafetensorsDType;
import org.tramontane.tensor.safetensors.SafetensorsFile;
import org.tramontane.tensor.safetensors.TensorInfo;
import org.tramontane.tests.Shared;

/// Opens every safetensors file of the shared folder, all of which Hugging Face's own library wrote.
class RealFilesTest {

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> path.toString().endsWith(".safetensors")).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"goldens", "data/weights"})
  void everyTensorIsReadToItsLastByte(String folder) throws IOException {
    List<Path> files = files(Shared.path(folder));
    assertThat(files).isNotEmpty();
    for (Path path : files) {
      try (Arena arena = Arena.ofConfined()) {
        SafetensorsFile file = SafetensorsFile.open(path, arena);
        assertThat(file.names()).as(path.toString()).isNotEmpty();
        for (String name : file.names()) {
          TensorInfo info = file.info(name);
          assertThat(file.bytes(name).toArray(ValueLayout.JAVA_BYTE))
              .as(path + " " + name)
              .hasSize(Math.toIntExact(info.shape().elements() * info.dtype().bits() / 8));
          if (info.dtype().dtype().isPresent()) {
            Tensor tensor = file.tensor(name);
            assertThat(tensor.shape()).isEqualTo(info.shape());
            assertThat(tensor.toArray()).as(path + " " + name).doesNotContain(Float.NaN);
          } else {
            assertThatThrownBy(() -> file.tensor(name))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining(name)
                .hasMessageContaining(info.dtype().name());
          }
        }
      }
    }
  }

  /// So that the branch above for types that we don't compute with is known to run.
  @Test
  void goldensHoldTypesThatAreReadAsBytesOnly() throws IOException {
    Set<SafetensorsDType> types = EnumSet.noneOf(SafetensorsDType.class);
    for (Path path : files(Shared.path("goldens"))) {
      try (Arena arena = Arena.ofConfined()) {
        SafetensorsFile.open(path, arena).tensors().values().forEach(i -> types.add(i.dtype()));
      }
    }
    assertThat(types).contains(SafetensorsDType.F32, SafetensorsDType.F64, SafetensorsDType.I64);
  }

  @Test
  void aCheckpointFolderIsOneMapOfNames() {
    Path folder = Shared.path("data/weights/stories260K-hf");
    try (Arena arena = Arena.ofConfined()) {
      SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(folder, arena);
      assertThat(checkpoint.names()).contains("model.embed_tokens.weight");
      assertThat(checkpoint.tensor("model.embed_tokens.weight").rows()).isEqualTo(512);
    }
  }
}
