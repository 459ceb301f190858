using System.Globalization;
using System.Text;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// Where in the input a member is, the way the service prints it: <c>rules.1.member.claim</c>. Nothing is printed before
/// somebody asks.
/// </summary>
internal struct MemberPath
{
    private List<Step>? _steps;

    /// <summary>Goes down into a structure, or into the element of a list or map that has this index or key.</summary>
    public void Enter(string member, int? index = null, string? key = null) => (_steps ??= []).Add(new Step(member, index, key));

    public readonly void Leave() => _steps!.RemoveAt(_steps.Count - 1);

    public readonly string To(string? member)
    {
        var path = new StringBuilder();
        foreach (var step in _steps ?? [])
        {
            path.Append(path.Length == 0 ? "" : ".").Append(step.Member);
            if ((step.Key is { } key ? Echo.Of(key) : (step.Index + 1)?.ToString(CultureInfo.InvariantCulture)) is { } element)
            {
                path.Append('.').Append(element).Append(".member");
            }
        }

        return member is null ? path.ToString() : path.Append(path.Length == 0 ? "" : ".").Append(member).ToString();
    }

    private readonly record struct Step(string Member, int? Index, string? Key);
}
