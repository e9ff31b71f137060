"""Runs the checks of all the Python clients."""
import anthropic_checks
import endings
import ollama_checks
import openai_checks

openai_checks.run()
ollama_checks.run()
anthropic_checks.run()
endings.run()
