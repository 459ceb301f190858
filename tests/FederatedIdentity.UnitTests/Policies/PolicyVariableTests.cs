using FederatedIdentity.Domain.Policies;
using static FederatedIdentity.UnitTests.Policies.Applies;

namespace FederatedIdentity.UnitTests.Policies;

/// <summary>What variables stand for, and that nothing in their values means anything.</summary>
public sealed class PolicyVariableTests
{
    private const string Bucket = "arn:aws:s3:::b";
    private const string Sub = "cognito-identity.amazonaws.com:sub";

    public static TheoryData<string, string, string, string, Applies> InResources => new()
    {
        { "user name", $"{Bucket}/${{aws:username}}/*", $"{Bucket}/alice/x", "aws:username=alice", Yes },
        { "another user's name", $"{Bucket}/${{aws:username}}/*", $"{Bucket}/bob/x", "aws:username=alice", No },
        { "key in other case", $"{Bucket}/${{AWS:UserName}}/*", $"{Bucket}/alice/x", "aws:username=alice", Yes },
        { "identity id", $"{Bucket}/${{{Sub}}}/*", $"{Bucket}/us-east-1:1/x", $"{Sub}=us-east-1:1", Yes },
        { "tag", $"{Bucket}/${{aws:PrincipalTag/team}}/*", $"{Bucket}/red/x", "aws:PrincipalTag/team=red", Yes },
        { "tag with a blank", $"{Bucket}/${{aws:PrincipalTag/my team}}/*", $"{Bucket}/red/x", "aws:PrincipalTag/my team=red", Yes },
        { "two variables", $"{Bucket}/${{k:a}}-${{k:b}}", $"{Bucket}/x-y", "k:a=x; k:b=y", Yes },
        { "no value", $"{Bucket}/${{aws:username}}/*", $"{Bucket}/alice/x", "", No },
        { "no value, and the text as it stands", $"{Bucket}/${{aws:username}}/*", $"{Bucket}/${{aws:username}}/x", "", No },
        { "empty value", $"{Bucket}/${{aws:username}}/*", $"{Bucket}/alice/x", "aws:username=", No },
        { "several values", $"{Bucket}/${{k:a}}/*", $"{Bucket}/x/1", "k:a=x|y", No },
        { "star in the value", $"{Bucket}/${{aws:username}}/*", $"{Bucket}/alice/x", "aws:username=*", No },
        { "star in the value and in the resource", $"{Bucket}/${{aws:username}}/*", $"{Bucket}/*/x", "aws:username=*", Yes },
        { "question mark in the value", $"{Bucket}/${{aws:username}}/*", $"{Bucket}/al/x", "aws:username=a?", No },
        { "variable in the value", $"{Bucket}/${{k:a}}", $"{Bucket}/secret", "k:a=${k:b}; k:b=secret", No },
        { "variable in the value is text", $"{Bucket}/${{k:a}}", $"{Bucket}/${{k:b}}", "k:a=${k:b}; k:b=secret", Yes },
        { "default, not needed", $"{Bucket}/${{k:a, 'anyone'}}", $"{Bucket}/x", "k:a=x", Yes },
        { "default, needed", $"{Bucket}/${{k:a, 'anyone'}}", $"{Bucket}/anyone", "", Yes },
        { "default without blank", $"{Bucket}/${{k:a,'anyone'}}", $"{Bucket}/anyone", "", Yes },
        { "default with a star is text", $"{Bucket}/${{k:a, '*'}}", $"{Bucket}/x", "", No },
        { "default with a brace", $"{Bucket}/${{k:a, '}}'}}", $"{Bucket}/}}", "", Yes },
        { "default does not stand for several", $"{Bucket}/${{k:a, 'x'}}", $"{Bucket}/x", "k:a=x|y", No },
        { "escaped star", $"{Bucket}/${{*}}", $"{Bucket}/*", "", Yes },
        { "escaped star is no wildcard", $"{Bucket}/${{*}}", $"{Bucket}/x", "", No },
        { "escaped question mark", $"{Bucket}/a${{?}}", $"{Bucket}/ab", "", No },
        { "escaped dollar", $"{Bucket}/${{$}}{{k:a}}", $"{Bucket}/${{k:a}}", "k:a=x", Yes },
        { "star beside a variable", $"{Bucket}/*${{k:a}}", $"{Bucket}/xyz", "k:a=yz", Yes },
    };

    public static TheoryData<string, string, string, Applies> InConditions => new()
    {
        { "equal", "'StringEquals':{'k:a':'${k:b}'}", "k:a=x; k:b=x", Yes },
        { "unequal", "'StringEquals':{'k:a':'${k:b}'}", "k:a=x; k:b=y", No },
        { "star in the value", "'StringLike':{'k:a':'${k:b}'}", "k:a=x; k:b=*", No },
        { "value within a pattern", "'StringLike':{'k:a':'${k:b}/*'}", "k:a=x/1; k:b=x", Yes },
        { "ignoring case", "'StringEqualsIgnoreCase':{'k:a':'${k:b}'}", "k:a=X; k:b=x", Yes },
        { "no value", "'StringEquals':{'k:a':'${k:b}'}", "k:a=x", No },
        { "no value, but another alternative", "'StringEquals':{'k:a':['${k:b}','x']}", "k:a=x", Yes },
        { "no value, negated", "'StringNotEquals':{'k:a':'${k:b}'}", "k:a=x", OnlyAsDeny },
        { "value, negated", "'StringNotEquals':{'k:a':'${k:b}'}", "k:a=x; k:b=y", Yes },
        { "no value, all negated", "'ForAllValues:StringNotEquals':{'k:a':'${k:b}'}", "k:a=x|y", OnlyAsDeny },
        { "neither key nor value, negated", "'StringNotEquals':{'k:a':'${k:b}'}", "", OnlyAsDeny },
        { "neither key nor value, if it exists", "'StringNotEqualsIfExists':{'k:a':'${k:b}'}", "", Yes },
        { "default", "'StringEquals':{'k:a':'${k:b, \"x\"}'}".Replace("\"", "\\u0027", StringComparison.Ordinal), "k:a=x", Yes },
        { "escaped star", "'StringLike':{'k:a':'${*}'}", "k:a=x", No },
        { "escaped star in equals", "'StringEquals':{'k:a':'${*}'}", "k:a=*", Yes },
        { "in an ARN", "'ArnLike':{'k:a':'arn:aws:iam::1:user/${k:b}'}", "k:a=arn:aws:iam::1:user/x; k:b=x", Yes },
        { "colons stay in their part", "'ArnLike':{'k:a':'arn:aws:x::${k:b}:r/x'}", "k:a=arn:aws:x::1:r/y:r/x; k:b=1:r/y", No },
        { "a whole ARN", "'ArnEquals':{'k:a':'${k:b}'}", "k:a=arn:aws:iam::1:user/x; k:b=arn:aws:iam::1:user/x", Yes },
        { "a whole ARN of stars is text", "'ArnEquals':{'k:a':'${k:b}'}", "k:a=arn:aws:iam::1:user/x; k:b=*", No },
        { "ARN without value, negated", "'ArnNotEquals':{'k:a':'${k:b}'}", "k:a=arn:aws:iam::1:user/x", OnlyAsDeny },
    };

    [Theory]
    [MemberData(nameof(InResources))]
    public void A_variable_stands_for_a_value_in_a_resource(
        string name, string pattern, string resource, string context, Applies expected)
    {
        Assert.NotEmpty(name);
        var json = pattern.Replace("'", "\\u0027", StringComparison.Ordinal);
        StatementCheck.Check($"'Action':'*','Resource':'{json}'", One(resource, context), expected);
    }

    [Theory]
    [MemberData(nameof(InConditions))]
    public void A_variable_stands_for_a_value_in_a_condition(string name, string condition, string context, Applies expected)
    {
        Assert.NotEmpty(name);
        StatementCheck.Check($"'Action':'*','Resource':'*','Condition':{{{condition}}}", One("*", context), expected);
    }

    [Theory]
    [InlineData("arn:aws:s3:::b/alice", No)]
    [InlineData("arn:aws:s3:::b/${aws:username}", Yes)]
    public void The_earlier_version_has_no_variables(string resource, Applies expected) =>
        StatementCheck.Check(
            $"'Action':'*','Resource':'{Bucket}/${{aws:username}}'", One(resource, "aws:username=alice"), expected, "2008-10-17");

    [Theory]
    [InlineData("arn:aws:s3:::b/alice", "aws:username=alice", No)]
    [InlineData("arn:aws:s3:::b/bob", "aws:username=alice", Yes)]
    [InlineData("arn:aws:s3:::b/bob", "", OnlyAsDeny)]
    public void An_exception_without_value_excepts_nobody_from_a_deny(string resource, string context, Applies expected) =>
        StatementCheck.Check($"'Action':'*','NotResource':'{Bucket}/${{aws:username}}'", One(resource, context), expected);

    private static PolicyRequest One(string resource, string context) => Ask.For("s3:GetObject", resource, context);
}
