"""Generated from the .proto files beside it by packaging/generate_proto.py."""
