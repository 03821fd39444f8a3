#pragma once

#include "arrow_abi.hpp"
#include "column.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace haulwatch::python {

/// Columns of somebody's table, in the pieces in which they came, without a copy.
///
/// Memory: what it was handed over is kept until it goes. Threads: any number may read at once.
class InputTable {
 public:
  struct Chunk {
    std::int64_t rows = 0;
    std::vector<Column> columns;  ///< in the order of `types()`
  };

  /// Takes all that an Arrow stream has to give. \throws InputError when it fails, or gives no record batches
  /// Threads: without the interpreter's lock, since a producer may need it for threads of its own.
  void read(ArrowArrayStream* stream);

  /// Takes one batch, as `__arrow_c_array__` gives it.
  void read(const ArrowSchema& schema, Owned<ArrowArray> batch) {
    take_schema(schema);
    take_batch(std::move(batch));
  }

  /// Adds a column in one piece. \param keeper owns its memory
  void add(std::string name, ColumnType type, Column column, std::shared_ptr<void> keeper);

  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  [[nodiscard]] const std::vector<ColumnType>& types() const noexcept { return types_; }
  [[nodiscard]] const std::vector<Chunk>& chunks() const noexcept { return chunks_; }
  [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }

 private:
  void take_schema(const ArrowSchema& schema);
  void take_batch(Owned<ArrowArray> batch);

  std::vector<std::string> names_;
  std::vector<ColumnType> types_;
  std::vector<Chunk> chunks_;
  std::int64_t rows_ = 0;
  std::vector<Owned<ArrowArray>> batches_;
  std::vector<std::shared_ptr<void>> keepers_;
};

}  // namespace haulwatch::python
