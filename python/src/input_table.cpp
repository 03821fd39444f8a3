#include "input_table.hpp"

#include "input_error.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

namespace haulwatch::python {

namespace {

void require(int status, ArrowArrayStream* stream) {
  if (status == 0) return;
  const char* told = stream->get_last_error(stream);
  throw InputError{{{{}, "a stream of Arrow batches", told != nullptr ? told : std::strerror(status)}}};
}

}  // namespace

void InputTable::read(ArrowArrayStream* stream) {
  Owned<ArrowSchema> schema;
  require(stream->get_schema(stream, schema.fill()), stream);
  take_schema(*schema);
  for (;;) {
    Owned<ArrowArray> batch;
    require(stream->get_next(stream, batch.fill()), stream);
    if (!batch.is_set()) return;
    take_batch(std::move(batch));
  }
}

void InputTable::take_schema(const ArrowSchema& schema) {
  if (std::strcmp(schema.format, "+s") != 0)
    throw InputError{{{{}, "a table of columns", type_of(schema).name + " values"}}};
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& child = *schema.children[i];
    names_.emplace_back(child.name != nullptr ? child.name : "");
    types_.push_back(type_of(child));
  }
}

void InputTable::take_batch(Owned<ArrowArray> batch) {
  Chunk chunk;
  chunk.rows = batch->length;
  for (std::size_t i = 0; i < types_.size(); ++i) {
    Column column = column_of(types_[i], *batch->children[i]);
    column.offset += batch->offset;
    column.length = batch->length;
    chunk.columns.push_back(std::move(column));
  }
  rows_ += chunk.rows;
  if (chunk.rows > 0) chunks_.push_back(std::move(chunk));
  batches_.push_back(std::move(batch));
}

void InputTable::add(std::string name, ColumnType type, Column column, std::shared_ptr<void> keeper) {
  if (names_.empty()) {
    rows_ = column.length;
    chunks_.resize(1);
    chunks_[0].rows = rows_;
  } else if (column.length != rows_) {
    throw InputError{
        {{name, std::to_string(rows_) + " rows, as in column '" + names_[0] + "'", std::to_string(column.length)}}};
  }
  names_.push_back(std::move(name));
  types_.push_back(std::move(type));
  chunks_[0].columns.push_back(std::move(column));
  keepers_.push_back(std::move(keeper));
}

}  // namespace haulwatch::python
