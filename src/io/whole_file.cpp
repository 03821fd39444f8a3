#include "whole_file.hpp"

#include <haulwatch/io/byte_source.hpp>

#include <cstddef>
#include <memory>
#include <span>

namespace haulwatch::io {

std::string whole_file(const std::string& path) {
  constexpr std::size_t block = 256U << 10U;
  const std::unique_ptr<ByteSource> source = open_bytes(path);
  std::string content;
  std::size_t used = 0;
  for (std::size_t read = 1; read > 0; used += read) {
    content.resize(used + block);
    read = source->read(std::span{content}.subspan(used));
  }
  content.resize(used);
  return content;
}

}  // namespace haulwatch::io
