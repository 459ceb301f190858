using System.Diagnostics.CodeAnalysis;

namespace FederatedIdentity.Domain.Policies;

/// <summary>
/// A policy that was read once and can be held against any number of requests, from any thread. What <see cref="TryParse"/> does not
/// understand entirely it refuses, so a document never says less than its author wrote.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html</remarks>
public sealed class PolicyDocument
{
    internal PolicyDocument(PolicyKind kind, IReadOnlyList<Statement> statements) => (Kind, Statements) = (kind, [.. statements]);

    /// <summary>What the document was read as.</summary>
    public PolicyKind Kind { get; }

    internal Statement[] Statements { get; }

    /// <summary>
    /// Reads a document. False with a fault, and never an exception, for any text that IAM would not store as this kind of policy.
    /// </summary>
    public static bool TryParse(
        string json,
        PolicyKind kind,
        [NotNullWhen(true)] out PolicyDocument? document,
        [NotNullWhen(false)] out PolicyFault? fault)
    {
        var reading = new PolicyReading(kind);
        document = DocumentReader.Read(json, reading);
        fault = reading.Fault;
        return document is not null;
    }
}
