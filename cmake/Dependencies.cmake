# Third-party libraries, each behind one target so that folders name what they use.
find_package(fmt REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(SQLiteCpp REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(simdjson REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n data)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
# Figures are set as text by the core itself: shapes of letters, and where their fonts are.
pkg_check_modules(shaping REQUIRED IMPORTED_TARGET harfbuzz fontconfig)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl>=7.87)
# The Compact Language Detector has no file for pkg-config or CMake.
find_library(NEXTQUILL_CLD2 cld2 REQUIRED)
find_path(NEXTQUILL_CLD2_HEADERS cld2/public/compact_lang_det.h REQUIRED)
add_library(nextquill_cld2 INTERFACE)
target_link_libraries(nextquill_cld2 INTERFACE ${NEXTQUILL_CLD2})
target_include_directories(nextquill_cld2 SYSTEM INTERFACE ${NEXTQUILL_CLD2_HEADERS})

# LibTorch: the folder that setup installed, unless CMAKE_PREFIX_PATH names another one.
find_package(Torch REQUIRED)
add_library(nextquill_torch INTERFACE)
target_link_libraries(nextquill_torch INTERFACE ${TORCH_LIBRARIES})
target_include_directories(nextquill_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})

# LibTorch's headers take 13 s to parse: parsed once, shared by the folders that use them.
file(WRITE "${CMAKE_BINARY_DIR}/torch_pch.cpp" "// Holds the precompiled LibTorch header.\n")
add_library(nextquill_torch_pch STATIC "${CMAKE_BINARY_DIR}/torch_pch.cpp")
target_link_libraries(nextquill_torch_pch PRIVATE nextquill_flags nextquill_torch)
target_precompile_headers(nextquill_torch_pch PRIVATE <torch/torch.h>)

if(NEXTQUILL_GUI)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets Svg PrintSupport Test)
    find_package(QCustomPlotQt6 REQUIRED)
endif()
if(BUILD_TESTING)
    find_package(GTest REQUIRED)
endif()
