using System.Text.Json;

namespace FederatedIdentity.Tests.Shared;

/// <summary>The published API model as Debian's awscli installs it: the oracle for our own shapes and operations.</summary>
internal sealed class ApiModel
{
    private const string Packages = "/usr/lib/python3/dist-packages";

    private static readonly Lazy<ApiModel> _published = new(() => new ApiModel(Find("cognito-identity/2014-06-30/service-2.json")));
    private static readonly Lazy<ApiModel> _iam = new(() => new ApiModel(Find("iam/2010-05-08/service-2.json")));
    private static readonly Lazy<ApiModel> _sts = new(() => new ApiModel(Find("sts/2011-06-15/service-2.json")));

    private ApiModel(string path)
    {
        using var text = JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
        var root = text.RootElement.Clone();
        Shapes = root.GetProperty("shapes").EnumerateObject()
            .ToDictionary(shape => shape.Name, shape => new ApiShape(shape.Name, shape.Value));
        Operations = root.GetProperty("operations").EnumerateObject().ToDictionary(
            operation => operation.Name, operation => new ApiOperation(operation.Name, operation.Value, Shapes));
    }

    public static ApiModel Published => _published.Value;

    /// <summary>All of IAM; we speak a part of it.</summary>
    public static ApiModel Iam => _iam.Value;

    /// <summary>All of STS; we speak most of it.</summary>
    public static ApiModel Sts => _sts.Value;

    public IReadOnlyDictionary<string, ApiOperation> Operations { get; }

    public IReadOnlyDictionary<string, ApiShape> Shapes { get; }

    /// <summary>Every shape that an operation's input holds, at any depth.</summary>
    public IEnumerable<ApiShape> InputShapes() => InputShapes(Operations.Keys);

    /// <summary>The same of some operations.</summary>
    public IEnumerable<ApiShape> InputShapes(IEnumerable<string> operations)
    {
        var seen = new HashSet<string>();
        var open = new Queue<string>(operations.Select(name => Operations[name].Input?.Name).OfType<string>());
        while (open.TryDequeue(out var name))
        {
            if (seen.Add(name))
            {
                yield return Shapes[name];
                foreach (var next in Shapes[name].References)
                {
                    open.Enqueue(next);
                }
            }
        }
    }

    private static string Find(string file) =>
        (Directory.Exists(Packages) ? Directory.EnumerateFiles(Packages, "service-2.json", SearchOption.AllDirectories) : [])
            .FirstOrDefault(path => path.EndsWith(file, StringComparison.Ordinal))
        ?? throw new FileNotFoundException($"No {file} below {Packages}: install Debian's package 'awscli', which brings the API models.");
}

/// <summary>One operation of the published API model.</summary>
internal sealed class ApiOperation(string name, JsonElement json, IReadOnlyDictionary<string, ApiShape> shapes)
{
    public string Name => name;

    /// <summary>Whether it is called without a signature.</summary>
    public bool Public => json.TryGetProperty("authtype", out var kind) && kind.GetString() == "none";

    public ApiShape? Input => Shape("input");

    /// <summary>Null when the answer has no body.</summary>
    public ApiShape? Output => Shape("output");

    /// <summary>The same under the codes that AWS Query answers, which differ from the names of the shapes.</summary>
    public IEnumerable<string> ErrorCodes => Errors.Select(error => shapes[error].ErrorCode ?? error);

    public IReadOnlyList<string> Errors { get; } = json.TryGetProperty("errors", out var errors)
        ? [.. errors.EnumerateArray().Select(error => error.GetProperty("shape").GetString()!)]
        : [];

    private ApiShape? Shape(string role) =>
        json.TryGetProperty(role, out var shape) ? shapes[shape.GetProperty("shape").GetString()!] : null;
}

/// <summary>One shape of the published API model; what a kind of shape does not have is null or empty.</summary>
internal sealed class ApiShape(string name, JsonElement json)
{
    public string Name => name;

    /// <summary>string, integer, long, boolean, timestamp, structure, list or map.</summary>
    public string Type { get; } = json.GetProperty("type").GetString()!;

    public long? Min { get; } = json.TryGetProperty("min", out var min) ? min.GetInt64() : null;

    public long? Max { get; } = json.TryGetProperty("max", out var max) ? max.GetInt64() : null;

    public string? Pattern { get; } = json.TryGetProperty("pattern", out var pattern) ? pattern.GetString() : null;

    public IReadOnlyList<string> Values { get; } = json.TryGetProperty("enum", out var values)
        ? [.. values.EnumerateArray().Select(value => value.GetString()!)]
        : [];

    /// <summary>Of an error that has another name on the wire.</summary>
    public string? ErrorCode { get; } = json.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null;

    public IReadOnlyList<ApiMember> Members { get; } = MembersOf(json);

    public string? ListMember { get; } = ReferenceOf(json, "member");

    public string? MapKey { get; } = ReferenceOf(json, "key");

    public string? MapValue { get; } = ReferenceOf(json, "value");

    /// <summary>Whether the model limits the shape itself in any way.</summary>
    public bool Constrained => Min is not null || Max is not null || Pattern is not null || Values.Count > 0;

    public IEnumerable<string> References =>
        Members.Select(member => member.Shape).Concat(new[] { ListMember, MapKey, MapValue }.OfType<string>());

    private static IReadOnlyList<ApiMember> MembersOf(JsonElement json)
    {
        HashSet<string> required = json.TryGetProperty("required", out var names)
            ? [.. names.EnumerateArray().Select(name => name.GetString()!)]
            : [];
        return json.TryGetProperty("members", out var members)
            ? [.. members.EnumerateObject().Select(member =>
                new ApiMember(member.Name, member.Value.GetProperty("shape").GetString()!, required.Contains(member.Name)))]
            : [];
    }

    private static string? ReferenceOf(JsonElement json, string role) =>
        json.TryGetProperty(role, out var reference) ? reference.GetProperty("shape").GetString() : null;
}

/// <summary>One member of a structure of the published API model.</summary>
internal sealed record ApiMember(string Name, string Shape, bool Required);
