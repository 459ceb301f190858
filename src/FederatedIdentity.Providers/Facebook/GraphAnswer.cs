using System.Text.Json;

namespace FederatedIdentity.Providers.Facebook;

/// <summary>What one call of the Graph API brought.</summary>
internal abstract record GraphAnswer
{
    private GraphAnswer() { }

    /// <summary>The object that was asked for.</summary>
    public sealed record Node(JsonElement Body) : GraphAnswer;

    /// <summary>A token of the call is refused; see <see cref="GraphError.IsRefusal"/>.</summary>
    public sealed record Refused(GraphError Error) : GraphAnswer;

    /// <summary>Nothing that says anything about a token. <paramref name="Detail"/> is for the log.</summary>
    public sealed record Failed(string Detail) : GraphAnswer;
}
